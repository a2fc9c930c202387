import { notFound } from "./api-error.ts";
import { answerPage } from "./list-page.ts";
import type { OperationAnswer, OperationCall } from "./operation-call.ts";

/** Operations on tags, by the description's names. */
export const tagOperations: Readonly<Record<string, (call: OperationCall) => OperationAnswer>> = {
  tags_list: (call) =>
    answerPage(
      call,
      "tags",
      call.storage.tags.names.map((name) => toAnswer(name, call)),
    ),

  tags_create(call) {
    const [name = ""] = call.storage.tags.enter([String(call.body["name"])]);
    return { status: 201, body: { tag: toAnswer(name, call) } };
  },

  tags_get(call) {
    const name = tagOf(call);
    return { status: 200, body: { tag: toAnswer(name, call) } };
  },

  tags_delete(call) {
    const name = tagOf(call);
    for (const { id } of taggedWith(name, call)) call.storage.untag(id, name);
    call.storage.tags.remove(name);
    return { status: 204 };
  },

  tags_assign_resources(call) {
    const name = tagOf(call);
    for (const id of idsOfResources(call)) call.storage.tag(id, name);
    return { status: 204 };
  },

  tags_unassign_resources(call) {
    const name = tagOf(call);
    for (const id of idsOfResources(call)) call.storage.untag(id, name);
    return { status: 204 };
  },
};

function tagOf({ storage, parameters }: OperationCall): string {
  const name = String(parameters["tag_id"]);
  storage.tags.assertKnown(name);
  return name;
}

/** All are there, and of the type that the request says. @throws {ApiError} 404 */
function idsOfResources({ body, storage }: OperationCall): string[] {
  const { resources } = body as {
    resources: readonly { readonly resource_id: string; readonly resource_type: string }[];
  };
  return resources.map(({ resource_id, resource_type }) => {
    if (resource_type === "volume") return storage.volume(resource_id).id;
    if (resource_type === "volume_snapshot") return storage.snapshot(resource_id).id;
    throw notFound();
  });
}

function taggedWith(name: string, { storage }: OperationCall): { readonly id: string }[] {
  return [...storage.volumes, ...storage.snapshots].filter(({ tags }) => tags.includes(name));
}

function toAnswer(name: string, { storage }: OperationCall): object {
  const count = (records: readonly { readonly tags: readonly string[] }[]): { readonly count: number } => ({
    count: records.filter(({ tags }) => tags.includes(name)).length,
  });
  const volumes = count(storage.volumes);
  const snapshots = count(storage.snapshots);
  return {
    name,
    resources: { count: volumes.count + snapshots.count, volumes, volume_snapshots: snapshots },
  };
}
