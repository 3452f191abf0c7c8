import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openAwsCredentials, type AwsIdentity } from "../../../src/metric-providers/aws-credentials.ts";
import { signAws } from "../../../src/metric-providers/aws-signature.ts";
import type { HttpRequest } from "../../../src/metric-providers/http.ts";

const NOBODY: AwsIdentity = { accessKeyId: "", secretAccessKey: "", sessionToken: "", roleArn: "", tokenFile: "" };
const signal = new AbortController().signal;

describe("an AWS signature", () => {
  it("is that of AWS's published examples", () => {
    // `post-x-www-form-urlencoded` of the Signature Version 4 test suite.
    const { authorization } = signAws({
      url: new URL("https://example.amazonaws.com/"),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "Param1=value1",
      region: "us-east-1",
      service: "service",
      credentials: {
        accessKeyId: "AKIDEXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        sessionToken: "",
      },
      at: new Date("2015-08-30T12:36:00Z"),
    });

    assert.equal(
      authorization,
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
        "SignedHeaders=content-type;host;x-amz-date, " +
        "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    );
  });
});

describe("the worker's AWS credentials", () => {
  const role = async () => {
    const tokenFile = join(tmpdir(), `coalmine-token-${process.pid}`);
    await writeFile(tokenFile, "service-account-token\n");
    return { ...NOBODY, roleArn: "arn:aws:iam::1:role/metrics", tokenFile };
  };
  const answering = (expiration: string, sent: HttpRequest[]) => async (request: HttpRequest) => {
    sent.push(request);
    const body =
      "<AssumeRoleWithWebIdentityResponse><Credentials><AccessKeyId>ASIA</AccessKeyId>" +
      `<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration>` +
      "</Credentials></AssumeRoleWithWebIdentityResponse>";
    return { status: 200, header: () => "text/xml", body };
  };

  it("are those of its environment", async () => {
    const read = openAwsCredentials({ ...NOBODY, accessKeyId: "A", secretAccessKey: "B" }, () =>
      Promise.reject(new Error("nobody is asked")),
    );

    assert.deepEqual(await read("eu-west-1", signal), { accessKeyId: "A", secretAccessKey: "B", sessionToken: "" });
  });

  it("are those of its service account's role, asked for in the region and kept until shortly before their end", async () => {
    const sent: HttpRequest[] = [];
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const read = openAwsCredentials(await role(), answering(later, sent));

    const [first] = [await read("eu-west-1", signal), await read("eu-west-1", signal)];

    assert.deepEqual(first, { accessKeyId: "ASIA", secretAccessKey: "s", sessionToken: "t" });
    assert.equal(sent.length, 1);
    assert.equal(sent[0]?.url.href, "https://sts.eu-west-1.amazonaws.com/");
    assert.equal(new URLSearchParams(sent[0]?.body).get("WebIdentityToken"), "service-account-token");
  });

  it("are asked for again when they end soon", async () => {
    const sent: HttpRequest[] = [];
    const read = openAwsCredentials(await role(), answering(new Date(Date.now() + 60_000).toISOString(), sent));

    await read("eu-west-1", signal);
    await read("eu-west-1", signal);

    assert.equal(sent.length, 2);
  });

  it("are missed with words that help", async () => {
    const read = openAwsCredentials(NOBODY, () => Promise.reject(new Error("nobody is asked")));

    await assert.rejects(read("eu-west-1", signal), /give its service account a role/);
  });
});
