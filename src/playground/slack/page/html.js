import { h } from "preact";
import htm from "htm";

/** Tagged template that makes virtual nodes; every value in it becomes text or a property, never markup. */
export const html = htm.bind(h);
