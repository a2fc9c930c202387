import "./page.css";
import { CoverageLoader } from "./client/coverage-loader.ts";
import { listen } from "./client/live-updates.ts";
import { Timelines } from "./client/timelines.ts";
import { ServerClock } from "./model/server-clock.ts";
import { Store } from "./model/store.ts";
import { startAddress } from "./view/address.ts";
import { showBlank } from "./view/blank.ts";
import { Connection } from "./view/connection.ts";
import { DetailPanel } from "./view/detail-panel.ts";
import { byId } from "./view/element.ts";
import { showChoices, showFilter, startFilterForm } from "./view/filter-form.ts";
import { Keyboard } from "./view/keyboard.ts";
import { axisOf, type PageContext } from "./view/page-context.ts";
import { showReaderTableSoon } from "./view/reader-table.ts";
import { showLegend, showSummary } from "./view/summary.ts";
import { startTheme } from "./view/theme.ts";
import { startTooltip } from "./view/tooltip.ts";
import { VolumeList } from "./view/volume-list.ts";
import { showZoom, startZoom } from "./view/zoom.ts";

/** Ages grow, and rings wander: the rows are drawn again this often, in milliseconds. */
const REDRAW_MS = 10_000;
const QUICK_REDRAW_MS = 1_000;

// State
const store = new Store();
const clock = new ServerClock();
let axis = axisOf(store.state);
const timelines = new Timelines(
  () => list.shown,
  (objects) => list.redrawSome(objects),
);
const say = (text: string): void => {
  byId("say").textContent = text;
};
const context: PageContext = { store, clock, timelines, axis: () => axis, say };

// Parts
const list = new VolumeList(context);
const keyboard = new Keyboard(context, list);
const panel = new DetailPanel(context, keyboard.close);
startTooltip(context, list);
startFilterForm(context);
startZoom(context);
showLegend();

// What follows from the state
store.onChange((state, before) => {
  if (state.coverage !== before.coverage) {
    axis = axisOf(state);
    showZoom(context);
    byId("cluster").textContent = state.coverage?.cluster ?? "";
    showChoices(context);
  }
  // What takes space above the list goes first.
  if (state.coverage !== before.coverage || state.filter !== before.filter) {
    showSummary(context);
    showFilter(context);
  }
  if (state.items !== before.items) {
    showBlank(context);
    list.layout();
    if (state.filter !== before.filter) list.scrollToTop();
    showReaderTableSoon(context);
  }
  if (state.zoom !== before.zoom) {
    axis = axisOf(state);
    showZoom(context);
    list.layout();
    panel.redraw();
  }
  if (state.detail !== before.detail) {
    panel.show(state.detail, true);
    list.layout();
  }
});
startTheme(() => {
  list.redraw();
  panel.redraw();
});
startAddress(context);
showBlank(context);

// Connection
const connection = new Connection(clock);
const loader = new CoverageLoader(context, {
  onAnswer: () => connection.answered(),
  onFailure: (why) => connection.lost(why),
});
let wasLost = false;
listen({
  onChange(objects) {
    loader.onChange(objects);
    timelines.forget(objects);
    const { detail } = store.state;
    if (detail !== undefined && (objects === undefined || objects.includes(detail))) panel.refresh();
  },
  onConnection(isConnected, silentMs) {
    if (!isConnected) connection.lost(undefined, silentMs);
    else if (wasLost) loader.loadAll();
    wasLost = !isConnected;
  },
});
void loader.loadFirst();
const redrawAgain = (): void => {
  list.redraw();
  window.setTimeout(redrawAgain, axis.bend < 60_000 ? QUICK_REDRAW_MS : REDRAW_MS);
};
redrawAgain();
