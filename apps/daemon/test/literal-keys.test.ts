import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { withLiteralKeys } from "../image/literal-keys.ts";

it("keys that are constants of the module are written out, and nothing else is changed", () => {
  const module = [
    'const _xN = "xmlName";',
    'const _p = "__proto__";',
    "let _later = 1;",
    "export const a = [_xN, { [_xN]: _xN, [_p]: 1, [_later]: 2, [other]: 3 }];",
  ].join("\n");
  expect(withLiteralKeys(module)).toBe(module.replace("[_xN]: _xN", '"xmlName": _xN'));
});

it.each(["client-ec2", "client-service-quotas"])(
  "no computed key is left in the schemas of %s, so that the bundler can drop those that are not used",
  async (client) => {
    const fromBackend = createRequire(new URL("../../../packages/backend-aws/package.json", import.meta.url));
    const schemas = await readFile(fromBackend.resolve(`@aws-sdk/${client}/dist-es/schemas/schemas_0.js`), "utf8");
    expect(schemas).toMatch(/\[_\w+\]:/);
    expect(withLiteralKeys(schemas)).not.toMatch(/\[_\w+\]:/);
  },
);
