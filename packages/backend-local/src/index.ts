import type { BackendFactory } from "@k8s-snapshots/backend-api";
import { LocalBackend } from "./local-backend.ts";
import { parseLocalConfig } from "./local-config.ts";

export { type CopyReport, type CopyTree, copyTree } from "./copy-tree.ts";
export { LocalBackend, type LocalDependencies } from "./local-backend.ts";
export { type LocalConfig, parseLocalConfig } from "./local-config.ts";
export { manifest } from "./manifest.ts";

/** Makes the backend that the environment describes. See {@link parseLocalConfig} for the variables. */
export const createBackend: BackendFactory = ({ environment }) => new LocalBackend(parseLocalConfig(environment));
