/** What Helm refuses, and what it says. */
export const refusals: [string, object, string][] = [
  ["a misspelt value", { replicas: 1 }, "additional properties 'replicas' not allowed"],
  [
    "a misspelt setting",
    { settings: { minIntervall: "PT1M" } },
    "at '/settings': additional properties 'minIntervall' not allowed",
  ],
  [
    "a setting of another type",
    { settings: { concurrency: "ten" } },
    "at '/settings/concurrency': got string, want null or integer",
  ],
  [
    "a number that is too large",
    { settings: { concurrency: 5000 } },
    "at '/settings/concurrency': maximum: got 5,000, want 1,000",
  ],
  ["a duration that is none", { settings: { minInterval: "1h" } }, "at '/settings/minInterval'"],
  ["a word that is none", { settings: { logLevel: "LOUD" } }, "at '/settings/logLevel'"],
  [
    "two daemons that do not share the work",
    { replicaCount: 2, settings: { leaderElection: false } },
    "replicaCount is more than 1, and settings.leaderElection is false",
  ],
  ["half a digest", { image: { digest: "sha256:0f" } }, "at '/image/digest'"],
  [
    "a variable with two values",
    { settings: { logLevel: "DEBUG" }, extraEnv: [{ name: "LOG_LEVEL", value: "INFO" }] },
    "extraEnv has LOG_LEVEL, which another value sets: take it out of one of them",
  ],
  [
    "metrics that nobody can reach",
    { settings: { httpListen: "127.0.0.1:8080" } },
    "where no kubelet can reach the probes",
  ],
  [
    "both monitors",
    { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } },
    "serviceMonitor and podMonitor are both enabled",
  ],
  [
    "backends from two places",
    { extraBackends: { packages: ["a"], prebuiltImage: "b" } },
    "extraBackends has packages and prebuiltImage: set one of them",
  ],
  [
    "a role for an account that is not made",
    { serviceAccount: { create: false }, cloud: { aws: { roleArn: "arn:aws:iam::1:role/a" } } },
    "serviceAccount.create has to be true",
  ],
];
