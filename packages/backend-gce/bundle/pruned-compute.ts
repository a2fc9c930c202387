import { readFile } from "node:fs/promises";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** The methods of Google's SDK that `src/compute-client.ts` calls. Another one fails in test/bundle.test.ts. */
const usedMethods: Readonly<Record<string, readonly string[]>> = {
  Disks: ["Delete", "Get", "Insert"],
  GlobalOperations: ["List"],
  RegionDisks: ["Delete", "Get", "Insert"],
  Snapshots: ["Delete", "Get", "Insert", "List", "SetLabels"],
};

/**
 * What the clients take of google-gax, which would load gRPC. The details that it decodes are those of errors that our
 * transport has thrown by then. It is a module, since the clients are CommonJS, and a module of ours has no `require`.
 */
const restOnlyGax = `
  export { fallback } from "google-gax/fallback";
  export * as loggingUtils from "google-logging-utils";
  export const decodeAnyProtosInArray = (details) => details;
`;

/**
 * Bundles Google's clients of Compute Engine, without what nothing here uses of their 12 MB of descriptions. The libraries
 * below them, google-gax and google-auth-library, stay dependencies: their repairs reach people without a release of ours.
 */
export const prunedCompute: Plugin = {
  name: "pruned-compute",
  setup(build) {
    build.onLoad(
      { filter: /[\\/]@google-cloud[\\/]compute[\\/]build[\\/]protos[\\/]protos\.json$/ },
      async ({ path }) => ({
        contents: JSON.stringify(prune(JSON.parse(await readFile(path, "utf8")), usedMethods)),
        loader: "json",
      }),
    );
    build.onResolve({ filter: /^google-gax$/ }, ({ resolveDir }) => ({
      path: "google-gax",
      namespace: "rest-only",
      pluginData: { resolveDir },
    }));
    build.onLoad({ filter: /^google-gax$/, namespace: "rest-only" }, ({ pluginData }) => ({
      contents: restOnlyGax,
      resolveDir: pluginData.resolveDir,
    }));
  },
};

/** A namespace, service or message, as protobufjs writes it: https://github.com/protobufjs/protobuf.js#reflection-vs-static-code */
interface Description {
  readonly nested?: Record<string, Description>;
  readonly methods?: Record<string, { readonly requestType: string; readonly responseType: string }>;
  readonly fields?: Record<string, { readonly type: string }>;
}

/**
 * @returns the description with these services and methods of v1, and the messages that they need
 * @throws {Error} if it lacks one of them
 */
export function prune(root: Description, used: Readonly<Record<string, readonly string[]>>): Description {
  const compute = at(root, "google", "cloud", "compute");
  const v1 = at(compute, "v1");
  const kept: Record<string, Description> = {};
  const needed: string[] = [];
  for (const [name, methods] of Object.entries(used)) {
    const service = at(v1, name);
    const entries = methods.map(
      (method) => [method, required(service.methods?.[method], `${name}.${method}`)] as const,
    );
    kept[name] = { ...service, methods: Object.fromEntries(entries) };
    needed.push(...entries.flatMap(([, { requestType, responseType }]) => [requestType, responseType]));
  }
  for (const name of needed) {
    // What is within a message are enums, which come along. `string` and `google.protobuf.Any` are no messages of v1.
    const [outer = ""] = name.split(".");
    const message = v1.nested?.[outer];
    if (message === undefined || kept[outer] !== undefined) continue;
    kept[outer] = message;
    needed.push(...Object.values(message.fields ?? {}).map(({ type }) => type));
  }
  const cloud = at(root, "google", "cloud");
  return replaced(root, ["google", "cloud"], {
    ...cloud,
    nested: { ...cloud.nested, compute: { ...compute, nested: { v1: { ...v1, nested: kept } } } },
  });
}

function at(description: Description, ...names: readonly string[]): Description {
  return names.reduce((outer, name) => required(outer.nested?.[name], name), description);
}

function replaced(outer: Description, [name, ...names]: readonly string[], inner: Description): Description {
  if (name === undefined) return inner;
  return { ...outer, nested: { ...outer.nested, [name]: replaced(at(outer, name), names, inner) } };
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`@google-cloud/compute describes no ${name}: it has changed`);
  return value;
}
