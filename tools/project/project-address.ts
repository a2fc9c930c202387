/** Where the project lives: all other addresses follow from it. */
export interface ProjectAddress {
  /** Such as `https://github.com/acme/k8s-snapshots`: no slash and no `.git` at its end. */
  readonly url: string;
  /** Such as `acme`. */
  readonly owner: string;
  /** Such as `acme/k8s-snapshots`. */
  readonly path: string;
}

/**
 * @param repository - the field `repository` of a package.json: a URL, or an object that has one
 * @throws {Error} if it is not a repository on GitHub
 */
export function projectAddress(repository: unknown): ProjectAddress {
  const text = typeof repository === "string" ? repository : (repository as { url?: unknown } | undefined)?.url;
  const [, owner, name] =
    /^(?:git\+)?https:\/\/github\.com\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(String(text)) ?? [];
  if (owner === undefined || name === undefined) {
    throw new Error(
      `cannot tell where the project lives: repository is ${JSON.stringify(repository)}; give https://github.com/OWNER/NAME`,
    );
  }
  return { url: `https://github.com/${owner}/${name}`, owner, path: `${owner}/${name}` };
}

/** A text that names the project's former address, with the address of today. Addresses of other projects stay. */
export function moveAddress(text: string, former: ProjectAddress, today: ProjectAddress): string {
  const end = String.raw`(?![\w-]|\.(?!git\b)\w)`;
  return text
    .replace(new RegExp(literally(former.url) + end, "g"), () => today.url)
    .replace(new RegExp(literally(`ghcr.io/${former.path.toLowerCase()}`) + end, "g"), () => imageOf(today))
    .replace(new RegExp(literally(`@${former.owner}/maintainers`), "g"), () => `@${today.owner}/maintainers`);
}

/** Where the image is published. Registries want lower case. */
export function imageOf({ path }: ProjectAddress): string {
  return `ghcr.io/${path.toLowerCase()}`;
}

/** A pattern that matches this text alone. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
