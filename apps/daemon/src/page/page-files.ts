import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A file of the built page. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

const types: Readonly<Record<string, string>> = {
  "index.html": "text/html; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
};

/** Beside the built program, else where the page is built in a checkout. */
const places = [new URL("page/", import.meta.url), new URL("../../../status-page/dist/page/", import.meta.url)];

/** The page by its files' names; `undefined` where it was not built. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile> | undefined> {
  for (const place of places) {
    try {
      const files = await Promise.all(
        Object.entries(types).map(async ([name, type]): Promise<[string, PageFile]> => {
          const plain = new Uint8Array(await readFile(new URL(name, place)));
          const gzipped = new Uint8Array(await promisify(gzip)(plain, { level: 9 }));
          const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
          return [name, { type, etag, plain, gzipped }];
        }),
      );
      return new Map(files);
    } catch {
      // Not here.
    }
  }
  return undefined;
}
