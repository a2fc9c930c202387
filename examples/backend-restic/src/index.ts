import type { BackendFactory } from "@k8s-snapshots/backend-api";
import { Restic } from "./restic.js";
import { ResticBackend } from "./restic-backend.js";

/** Reads no settings: `RESTIC_REPOSITORY`, `RESTIC_PASSWORD_FILE` and the like are restic's own. */
export const createBackend: BackendFactory = ({ environment }) => new ResticBackend(new Restic(environment));
