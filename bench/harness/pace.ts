/** How long and how often things are measured. */
export interface Pace {
  /** How often each contestant of a case has its turn. */
  readonly rounds: number;
  /** Load before the measurement. */
  readonly warmUpMs: number;
  /** Load that is measured. */
  readonly windowMs: number;
  /** How long the timed sender is listened to. */
  readonly clockSeconds: number;
  /** Connections before memory is read for the first time: what is needed once is then there. */
  readonly firstConnections: number;
  /** Connections between the two readings. */
  readonly moreConnections: number;
  /** Starts in one turn of `cold-start`. */
  readonly coldStarts: number;
}

/** What the published figures are taken with. */
export const FULL: Pace = {
  rounds: 3,
  warmUpMs: 1_500,
  windowMs: 3_000,
  clockSeconds: 10,
  firstConnections: 1_000,
  moreConnections: 2_500,
  coldStarts: 5,
};

/** To see that everything works; too short for figures. */
export const QUICK: Pace = {
  rounds: 1,
  warmUpMs: 500,
  windowMs: 1_000,
  clockSeconds: 10,
  firstConnections: 500,
  moreConnections: 2_000,
  coldStarts: 1,
};
