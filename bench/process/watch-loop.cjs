/**
 * Required by a daemon that is measured: writes how long its event loop stood still. Its watching wakes the loop every ten
 * milliseconds, so the first SIGUSR2, which asks for the figures, also ends it.
 */
const { writeFileSync } = require("node:fs");
const { monitorEventLoopDelay } = require("node:perf_hooks");

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
const begun = performance.now();
const stalls = [];
const timer = setInterval(look, 250);
timer.unref();

function look() {
  const ms = delay.max / 1e6;
  if (process.env.BENCH_MEMORY) {
    const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
    console.error(
      Math.round(performance.now()),
      ...[rss, heapTotal, heapUsed, external, arrayBuffers].map((b) => (b / 1048576).toFixed(0)),
    );
  }
  if (ms > 25) stalls.push({ at: Math.round(performance.now() - begun), ms: Math.round(ms) });
  delay.reset();
}

process.on("SIGUSR2", () => {
  look();
  clearInterval(timer);
  delay.disable();
  if (process.env.BENCH_MEMORY === "heap") require("node:v8").writeHeapSnapshot("/tmp/h.heapsnapshot");
  writeFileSync(process.env.LOOP_STALLS_FILE, JSON.stringify(stalls));
});
