export { readVolumeFacts, volumeInLabels, volumeLabels, writeVolumeFacts } from "../volume-facts-text.ts";
export { requestSignal, throwIfAborted, unlessAborted } from "./abort.ts";
export { brokenConnection, type NetworkFault, networkFaultOf } from "./network-fault.ts";
export { readBody, readChunks } from "./read-body.ts";
export { readDiskSpec } from "./read-disk-spec.ts";
export { readFlag, readList, readText, readUrl, requireText } from "./read-environment.ts";
export { type Page, readPages } from "./read-pages.ts";
export { retryAfterMs } from "./retry-after.ts";
