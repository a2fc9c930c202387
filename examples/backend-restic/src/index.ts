import type { BackendFactory } from "@k8s-snapshots/backend-api";
import { Restic } from "./restic.js";
import { ResticBackend } from "./restic-backend.js";

export { manifest } from "./manifest.js";

/** Hands the environment on to restic, which reads its settings itself. */
export const createBackend: BackendFactory = ({ environment }) => new ResticBackend(new Restic(environment));
