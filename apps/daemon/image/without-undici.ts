/**
 * Stands in the image for undici, which @kubernetes/client-node imports for requests of its own: 0.75 MB that are never
 * used, since the daemon's requests go through node:https (see docs/decisions/2026-11-27-kubeconfig.md).
 */
function notThere(): never {
  throw new Error("this image holds no undici: the Kubernetes API is asked through node:https");
}

export { notThere as Agent, notThere as fetch, notThere as ProxyAgent };
