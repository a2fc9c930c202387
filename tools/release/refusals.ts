import { type Release, tagOf } from "./release.ts";

/** The environment that publishes, and what each part of it is for. */
const credentials: Readonly<Record<string, readonly string[]>> = {
  "npm (by OpenID Connect in GitHub Actions, or a token)": ["ACTIONS_ID_TOKEN_REQUEST_URL", "NODE_AUTH_TOKEN"],
  "the image registry (a file of `buildah login`)": ["REGISTRY_AUTH_FILE"],
  "the release on GitHub": ["GH_TOKEN", "GITHUB_TOKEN"],
};

/** Why nothing may be published: one sentence each, none if all is well. */
export function refusals(
  release: Release,
  environment: Readonly<Record<string, string | undefined>>,
  unversioned: readonly string[],
): readonly string[] {
  const tag = tagOf(release);
  const missing = Object.entries(credentials).filter(([, names]) => !names.some((name) => environment[name]));
  return [
    ...(release.tags.includes(tag)
      ? []
      : [`this commit has no tag ${tag}: make it with \`git tag --sign ${tag}\`, and push it`]),
    ...(release.changed.length > 0
      ? [`the checkout is not what is committed: ${release.changed.slice(0, 5).join(", ")}`]
      : []),
    ...(unversioned.length > 0
      ? [`changesets are left (${unversioned.join(", ")}): run \`pnpm release:version\` and commit before tagging`]
      : []),
    ...missing.map(([what, names]) => `no credentials for ${what}: set ${names.join(" or ")}`),
  ];
}
