import { expect, it } from "vitest";
import { addToSbom } from "./bundled-in-sbom.ts";

const program = "pkg:npm/%40k8s-snapshots/daemon@0.1.0";
const sbom = {
  metadata: { component: { "bom-ref": program } },
  components: [{ "bom-ref": "pkg:npm/pino@10.4.0" }],
  dependencies: [{ ref: program, dependsOn: ["pkg:npm/pino@10.4.0"] }, { ref: "pkg:npm/pino@10.4.0" }],
};

it("adds what is bundled as parts of the program, and what is listed already not again", () => {
  const bundled = [
    { name: "pino", version: "10.4.0", license: "MIT", text: "" },
    { name: "@google-cloud/compute", version: "7.8.0", license: "Apache-2.0", text: "" },
    { name: "either", version: "1.0.0", license: "(MIT OR Apache-2.0)", text: "" },
  ];
  const compute = "pkg:npm/%40google-cloud/compute@7.8.0";
  const either = "pkg:npm/either@1.0.0";
  expect(addToSbom(sbom, bundled)).toEqual({
    ...sbom,
    components: [
      ...sbom.components,
      {
        type: "library",
        group: "@google-cloud",
        name: "compute",
        version: "7.8.0",
        purl: compute,
        "bom-ref": compute,
        licenses: [{ license: { id: "Apache-2.0" } }],
      },
      {
        type: "library",
        name: "either",
        version: "1.0.0",
        purl: either,
        "bom-ref": either,
        licenses: [{ expression: "(MIT OR Apache-2.0)" }],
      },
    ],
    dependencies: [
      { ref: program, dependsOn: ["pkg:npm/pino@10.4.0", compute, either] },
      { ref: "pkg:npm/pino@10.4.0" },
      { ref: compute },
      { ref: either },
    ],
  });
});
