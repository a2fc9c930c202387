/** A group of pages in the site's sidebar: files of the repository, in their order. */
export interface Section {
  readonly title: string;
  readonly sources: readonly string[];

  /** Folded until somebody opens it. */
  readonly folded?: boolean;
}

/** The first page of the site. */
export const home = "README.md";

/** All pages but the first, the records of decisions and what typedoc writes. */
export const sections: readonly Section[] = [
  {
    title: "Begin",
    sources: ["docs/quickstart.md", "docs/retention.md", "examples/rules/README.md", "docs/migrate.md"],
  },
  {
    title: "Use",
    sources: ["docs/commands.md", "docs/coverage.md", "docs/status-page.md", "docs/restore.md"],
  },
  {
    title: "Operate",
    sources: [
      "deploy/helm/k8s-snapshots/README.md",
      "docs/upgrade.md",
      "docs/replicas.md",
      "docs/monitoring.md",
      "docs/limits.md",
      "docs/troubleshooting.md",
      "docs/security.md",
      "docs/surroundings.md",
      "docs/compatibility.md",
      "docs/report-a-fault.md",
      "SECURITY.md",
    ],
  },
  {
    title: "Storage systems",
    sources: [
      "packages/backend-aws/README.md",
      "packages/backend-gce/README.md",
      "packages/backend-do/README.md",
      "packages/backend-local/README.md",
      "examples/backend-restic/README.md",
    ],
  },
  {
    title: "Reference",
    sources: [
      "docs/reference/settings.md",
      "docs/reference/reasons.md",
      "docs/reference/metrics.md",
      "docs/reference/plan.md",
      "docs/reference/api.md",
      "docs/glossary.md",
    ],
  },
  {
    title: "Write a backend",
    sources: ["docs/write-a-backend.md", "docs/upgrade-a-backend.md"],
  },
  {
    title: "Packages",
    sources: [
      "packages/retention/README.md",
      "packages/backend-api/README.md",
      "packages/scheduler/README.md",
      "packages/k8s-source/README.md",
      "apps/daemon/README.md",
      "apps/status-page/README.md",
    ],
  },
  {
    title: "Work on it",
    folded: true,
    sources: [
      "docs/design.md",
      "docs/style.md",
      "CONTRIBUTING.md",
      "e2e/README.md",
      "bench/README.md",
      "docs/release.md",
      "MAINTAINERS.md",
    ],
  },
];

/** Headings that stand in the sidebar too, below their page. */
export const chapters: Readonly<Record<string, readonly string[]>> = {
  "docs/quickstart.md": ["AWS", "Google", "DigitalOcean", "Without Helm"],
};

/** Markdown of the repository that is no page: what only its own folder needs, and what GitHub itself reads. */
export const notPages: readonly string[] = [
  ".changeset/",
  ".github/",
  "CODE_OF_CONDUCT.md",
  "emulators/",
  "packages/k8s-source/scenarios/",
  "packages/retention/vectors/",
];

/** Where records of decisions are; all of them are pages, the newest first. */
export const decisionsFolder = "docs/decisions";

/** Where a file of the repository stands in the site: `docs/design.md` as `design.md`, a package's README by its name. */
export function pagePathOf(source: string): string {
  if (source === home) return "index.md";
  const path = source.startsWith("docs/") ? source.slice("docs/".length) : source;
  return path.replace(/\/README\.md$/, ".md").toLowerCase();
}
