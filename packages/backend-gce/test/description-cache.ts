import { fallback } from "google-gax/fallback";

/**
 * A setup file of these tests. Google's clients ask google-gax for the parsed description of their API, and it looks for it by a
 * hash of all of the 12 MB: 40 ms a client, four clients a backend, hundreds of backends. Here it finds it by the object. The
 * package that is published has a description of a few KB: see bundle/pruned-compute.ts.
 */
const grpc = fallback.GrpcClient;
const parse = grpc.protobufFromJSON;
const isReplaced = Symbol.for("k8s-snapshots/description-cache");

// Files share their modules, and each runs this.
if (!Object.hasOwn(parse, isReplaced)) {
  const parsed = new WeakMap<object, ReturnType<typeof parse>>();
  grpc.protobufFromJSON = Object.assign(
    (description: object, ignoreCache?: boolean) => {
      const known = parsed.get(description) ?? parse(description, ignoreCache);
      parsed.set(description, known);
      return known;
    },
    { [isReplaced]: true },
  );
}
