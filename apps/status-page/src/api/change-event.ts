/**
 * `GET api/v1/events`, an event `changed`: what to ask for again. An event `reset`, without data, says that more has changed
 * than is remembered: ask for everything again.
 */
export interface ChangeEvent {
  /** Objects of the coverage document. */
  readonly volumes: readonly string[];
}
