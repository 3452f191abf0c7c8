import { listAt, objectsAt } from "../../../../src/playground/kubernetes/json.ts";
import { create, JSON_PATCH, merge, TABLE } from "../objects.ts";
import type { Chapter } from "../script.ts";

const SERVICES = "/api/v1/namespaces/<ns>/services";
const service = (name: string, spec: unknown) => ({ apiVersion: "v1", kind: "Service", metadata: { name }, spec });
const web = `${SERVICES}/web`;

/** Column of a Service's table. */
const AGE = 5;

export const services: Chapter = {
  name: "services",
  about: "Services: defaults, addresses, what may not change",
  steps: [
    {
      ...create("fills in defaults", SERVICES, service("web", { selector: { app: "web" }, ports: [{ port: 80 }] })),
      keep: { ip: ["spec", "clusterIP"], rv: ["metadata", "resourceVersion"] },
    },
    {
      say: "tries one with an address",
      ask: `POST ${SERVICES}?dryRun=All`,
      body: service("tried", { ports: [{ port: 80 }] }),
      view: (body) => typeof (body as { spec: { clusterIP?: string } }).spec.clusterIP,
    },
    create(
      "has no address when headless",
      SERVICES,
      service("headless", {
        clusterIP: "None",
        selector: { app: "web" },
        ports: [{ port: 80, targetPort: "http", name: "http", appProtocol: "http" }],
      }),
    ),
    create("is headless without ports", SERVICES, service("portless", { clusterIP: "None" })),
    create("opens ports on nodes", SERVICES, service("nodes", { type: "NodePort", ports: [{ port: 80 }] })),
    create("waits for a balancer", SERVICES, service("balanced", { type: "LoadBalancer", ports: [{ port: 80 }] })),
    create("names another host", SERVICES, service("external", { type: "ExternalName", externalName: "example.com" })),
    create("wants another host's name", SERVICES, service("bad", { type: "ExternalName" })),
    create("wants ports", SERVICES, service("bad", {})),
    create("wants a spec", SERVICES, { metadata: { name: "bad" } }),
    create("wants a type that there is", SERVICES, service("bad", { type: "Odd", ports: [{ port: 80 }] })),
    create("wants ports between bounds", SERVICES, service("bad", { ports: [{ port: 0 }] })),
    create("wants ports below the highest", SERVICES, service("bad", { ports: [{ port: 80, targetPort: 70_000 }] })),
    create(
      "wants a target's name that is one",
      SERVICES,
      service("bad", { ports: [{ port: 80, targetPort: "Bad_Name" }] }),
    ),
    create("wants names for several ports", SERVICES, service("bad", { ports: [{ port: 80 }, { port: 81 }] })),
    create(
      "wants different names",
      SERVICES,
      service("bad", {
        ports: [
          { port: 80, name: "a" },
          { port: 81, name: "a" },
        ],
      }),
    ),
    create(
      "wants different ports",
      SERVICES,
      service("bad", {
        ports: [
          { port: 80, name: "a" },
          { port: 80, name: "b" },
        ],
      }),
    ),
    create(
      "takes a port for two protocols",
      `${SERVICES}?dryRun=All`,
      service("both", {
        ports: [
          { port: 53, name: "a", protocol: "TCP" },
          { port: 53, name: "b", protocol: "UDP" },
        ],
        clusterIP: "None",
      }),
    ),
    create("wants a protocol that there is", SERVICES, service("bad", { ports: [{ port: 80, protocol: "ICMP" }] })),
    create("wants a port's name that is one", SERVICES, service("bad", { ports: [{ port: 80, name: "Bad_Name" }] })),
    create("wants a name that is a label", SERVICES, service("1.bad", { ports: [{ port: 80 }] })),
    create("takes a name that begins with a digit", `${SERVICES}?dryRun=All`, service("1web", { clusterIP: "None" })),
    create(
      "wants an address of its range",
      SERVICES,
      service("bad", { clusterIP: "192.168.0.1", ports: [{ port: 80 }] }),
    ),
    create("wants an address that is one", SERVICES, service("bad", { clusterIP: "somewhere", ports: [{ port: 80 }] })),
    create("wants an address that is free", SERVICES, service("bad", { clusterIP: "<ip>", ports: [{ port: 80 }] })),
    create(
      "wants an affinity that there is",
      SERVICES,
      service("bad", { sessionAffinity: "Client", ports: [{ port: 80 }] }),
    ),
    create(
      "wants labels in a selector",
      SERVICES,
      service("bad", { selector: { a: "no good" }, ports: [{ port: 80 }] }),
    ),
    create(
      "fills in an affinity's time",
      `${SERVICES}?dryRun=All`,
      service("sticky", { clusterIP: "None", sessionAffinity: "ClientIP", ports: [{ port: 80 }] }),
    ),

    merge("keeps its address", web, { spec: { selector: { app: "other" } } }),
    {
      say: "keeps its address in an update that leaves it out",
      ask: `PUT ${web}`,
      body: service("web", { selector: { app: "web" }, ports: [{ port: 81 }] }),
    },
    merge("does not change its address", web, { spec: { clusterIP: "10.96.200.200", clusterIPs: ["10.96.200.200"] } }),
    merge("does not change one of two addresses", web, { spec: { clusterIP: "10.96.200.200" } }),
    merge("does not become headless", web, { spec: { clusterIP: "None", clusterIPs: ["None"] } }),
    merge("opens ports on nodes later", web, { spec: { type: "NodePort" } }),
    merge("closes ports on nodes again", web, { spec: { type: "ClusterIP" } }),
    merge("gives its address back", web, { spec: { type: "ExternalName", externalName: "example.com" } }),
    merge("gets an address again", web, { spec: { type: "ClusterIP", externalName: null } }),
    {
      say: "replaces a port's target by a JSON patch",
      ask: `PATCH ${web}`,
      type: JSON_PATCH,
      body: [{ op: "replace", path: "/spec/ports/0/targetPort", value: "http" }],
    },
    { say: "shows its table", ask: `GET ${web}`, accept: TABLE },
    {
      say: "shows tables of all types",
      ask: `GET ${SERVICES}`,
      accept: TABLE,
      view: (body) =>
        objectsAt(body, "rows").map(({ cells }) =>
          listAt({ cells: cells ?? [] }, "cells")
            .filter((_, i) => i !== AGE)
            .map((cell) => String(cell).replace(/:\d{5}\//, ":<port>/")),
        ),
    },
    {
      say: "writes its status only",
      ask: `PATCH ${web}/status`,
      type: "application/merge-patch+json",
      body: { spec: { selector: { no: "1" } }, status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } } },
    },
    { say: "deletes", ask: `DELETE ${web}` },
    { say: "deletes a collection", ask: `DELETE ${SERVICES}?fieldSelector=metadata.name%3Dexternal` },
  ],
};
