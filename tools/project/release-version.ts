/** Where a text names the release of today: the image's tag, the Dockerfile's default, the chart's two, an example's range. */
const places: readonly RegExp[] = [
  /(?<=\bk8s-snapshots:)\d+\.\d+\.\d+(?:-(?!a[mr][dm]64)[0-9A-Za-z.]+)?/g,
  /(?<=^ARG VERSION=).+$/gm,
  /(?<=^ +newTag: ).+$/gm,
  /(?<="@k8s-snapshots\/[a-z0-9-]+": "\^)[^"]+/g,
];

/** A text with the version of today wherever it names the release. */
export function withVersion(text: string, version: string): string {
  return places.reduce((changed, place) => changed.replace(place, () => version), text);
}

/** A Chart.yaml of this release: chart and program have one version. */
export function withChartVersion(chart: string, version: string): string {
  return chart.replace(/(?<=^version: ).+$/m, () => version).replace(/(?<=^appVersion: ).+$/m, () => `"${version}"`);
}
