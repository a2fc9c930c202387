import { expect, it } from "vitest";
import { readNotices, writeNotices } from "./notices.ts";

const axios = { name: "axios", version: "1.21.1", license: "MIT", text: "Copyright (c) Axios\n\n=== not a heading" };
const compute = { name: "@google-cloud/compute", version: "7.8.0", license: "Apache-2.0", text: "Copyright Google" };

it("reads what it wrote, by name, each once", () => {
  expect(readNotices(writeNotices([axios, compute, axios]))).toEqual([compute, axios]);
  expect(readNotices(writeNotices([]))).toEqual([]);
});

it("writes one text for all that have it", () => {
  const gax = { ...compute, name: "google-gax" };
  const file = writeNotices([gax, axios, compute]);
  expect(file.match(/Copyright Google/g)).toHaveLength(1);
  expect(readNotices(file)).toEqual([compute, gax, axios]);
});
