/**
 * Adds what is bundled to a CycloneDX list that pnpm made of what would be installed: what a package of ours has in its own
 * bundle is a dependency of nothing.
 *
 *     node tools/notices/add-to-sbom.ts NOTICES < SBOM > SBOM
 */
import { readFileSync } from "node:fs";
import { json } from "node:stream/consumers";
import { addToSbom, type Sbom } from "./bundled-in-sbom.ts";
import { readNotices } from "./notices.ts";

const [notices = ""] = process.argv.slice(2);
const sbom = addToSbom((await json(process.stdin)) as Sbom, readNotices(readFileSync(notices, "utf8")));
process.stdout.write(`${JSON.stringify(sbom, undefined, 2)}\n`);
