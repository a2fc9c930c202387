import type { FormerDeployment } from "./former-deployment.ts";
import { type Fields, fieldsAt, listAt, textAt } from "./manifest-fields.ts";

/** Where a file of a container comes from. */
export interface MountedFile {
  readonly volume: Fields;
  readonly mount: Fields;

  /** The key of the Secret that it is; `undefined`: it is of another kind of volume. */
  readonly secret: { readonly name: string; readonly key: string } | undefined;
}

/** What mounts a file into the container; `undefined`: nothing does, so that it is in the image. */
export function mountedFile(path: string, { pod, container }: FormerDeployment): MountedFile | undefined {
  const mounts = listAt(container, "volumeMounts").filter((mount) => isBelow(path, textAt(mount, "mountPath")));
  const mount = mounts.sort((a, b) => lengthOf(b) - lengthOf(a))[0];
  const volume = listAt(pod, "volumes").find(({ name }) => name === mount?.["name"]);
  if (mount === undefined || volume === undefined) return undefined;
  const name = textAt(volume, "secret", "secretName");
  const rest = path.slice(lengthOf(mount)).replace(/^\//, "");
  const file = rest === "" ? (textAt(mount, "subPath") ?? "") : rest;
  const items = listAt(fieldsAt(volume, "secret"), "items");
  const key =
    textAt(
      items.find((item) => item["path"] === file),
      "key",
    ) ?? file;
  return { volume, mount, secret: name === undefined || key === "" || key.includes("/") ? undefined : { name, key } };
}

function isBelow(path: string, folder: string | undefined): boolean {
  return folder !== undefined && (path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`));
}

function lengthOf(mount: Fields): number {
  return textAt(mount, "mountPath")?.length ?? 0;
}
