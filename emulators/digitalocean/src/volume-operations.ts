import { notFound } from "./api-error.ts";
import { answerPage } from "./list-page.ts";
import type { OperationAnswer, OperationCall } from "./operation-call.ts";
import type { VolumeRecord } from "./records.ts";

/** Operations on volumes, by the description's names. */
export const volumeOperations: Readonly<Record<string, (call: OperationCall) => OperationAnswer>> = {
  volumes_list(call) {
    const { name, region } = call.query;
    const volumes = call.storage.volumes.filter(
      (volume) => (name === undefined || volume.name === name) && (region === undefined || volume.region === region),
    );
    return answerPage(
      call,
      "volumes",
      volumes.map((volume) => toAnswer(volume, call)),
    );
  },

  volumes_create(call) {
    const { name, region, size_gigabytes, description, snapshot_id, tags } = call.body as {
      name: string;
      region: string;
      size_gigabytes: number;
      description?: string;
      snapshot_id?: string;
      tags?: readonly string[] | null;
    };
    if (tags?.length) call.assertScope("tag:create");
    const volume = call.storage.createVolume({
      name,
      region,
      sizeGigabytes: size_gigabytes,
      tags: tags ?? [],
      ...(description === undefined ? {} : { description }),
      // godo sends an empty one for none.
      ...(snapshot_id ? { snapshotId: snapshot_id } : {}),
    });
    return { status: 201, body: { volume: toAnswer(volume, call) } };
  },

  volumes_get: (call) => ({
    status: 200,
    body: { volume: toAnswer(call.storage.volume(String(call.parameters["volume_id"])), call) },
  }),

  volumes_delete({ storage, parameters }) {
    storage.deleteVolume(String(parameters["volume_id"]));
    return { status: 204 };
  },

  volumes_delete_byName({ storage, query }) {
    const volume = storage.volumes.find(({ name, region }) => name === query["name"] && region === query["region"]);
    if (!volume) throw notFound();
    storage.deleteVolume(volume.id);
    return { status: 204 };
  },
};

function toAnswer(volume: VolumeRecord, { mayRead }: OperationCall): object {
  const { id, name, region, sizeGigabytes, description, createdAt, tags } = volume;
  return {
    id,
    name,
    region: { name: region, slug: region, sizes: ["s-1vcpu-1gb"], features: ["storage"], available: true },
    droplet_ids: [],
    description,
    size_gigabytes: sizeGigabytes,
    created_at: toStamp(createdAt),
    filesystem_type: "",
    filesystem_label: "",
    tags: mayRead("tag:read") ? tags : null,
  };
}

/** Whole seconds, in UTC. */
export function toStamp(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
