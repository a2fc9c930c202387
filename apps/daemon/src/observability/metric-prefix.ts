/** What the names of our metrics begin with. */
export const prefix = "k8s_snapshots_";
