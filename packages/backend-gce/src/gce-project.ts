import { askMetadataServer } from "./metadata-server.ts";

/** Says the project that the process runs in; `undefined` if nobody tells. */
export type OwnProject = (signal?: AbortSignal) => Promise<string | undefined>;

/** Asks the metadata server. An answer is kept, since it cannot change; a failure is not. */
export function createOwnProject(server: string | undefined): OwnProject {
  let known: string | undefined;
  return async (signal) => {
    if (server === undefined) return undefined;
    known ??= await askMetadataServer(server, "project/project-id", signal);
    return known;
  };
}
