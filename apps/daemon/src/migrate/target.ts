/** Where docs/quickstart.md and the plain manifests put the daemon. */
export const DEFAULT_NAMESPACE = "k8s-snapshots";
export const DEFAULT_RELEASE = "k8s-snapshots";

/** Where the Python daemon's README put it. */
export const FORMER_SYSTEM_NAMESPACE = "kube-system";
