// The list of stories. A story names the statements of PRODUCT.md that it shows, and is told once.

const stories = [];

/** Tells a story: `shows` are the statements, `tell` gets the stage and opens windows on it. */
export function story(shows, name, tell) {
  stories.push({ shows, name, locale: 'en-GB', tell });
}

/** Tells a story in French as well: the same is done and seen, in other words. */
export function storyInBoth(shows, name, tell) {
  story(shows, name, tell);
  stories.push({ shows, name: `${name} (in French)`, locale: 'fr-FR', tell });
}

/** The stories whose name or statements hold `wanted`; all without it. */
export function chosen(wanted) {
  return stories.filter(
    ({ shows, name }) => !wanted || `${shows} ${name}`.toLowerCase().includes(wanted.toLowerCase()),
  );
}

/** The numbered statements of the product that a person meets on the screen. */
const statements = [
  ...['Q1', 'Q2', 'Q3', 'Q4', 'C1', 'C2', 'S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'K1', 'K2', 'K3', 'K4'],
  ...[
    'F1',
    'F2',
    'F3',
    'F4',
    'F5',
    'F6',
    'A1',
    'A2',
    'A3',
    'T1',
    'T2',
    'G1',
    'R1',
    'R2',
    'R3',
    'W1',
    'W2',
    'W3',
  ],
  ...['D1', 'D2', 'D3'],
];

/** Statements that no story shows. */
export function untold() {
  const told = new Set(stories.flatMap(({ shows }) => shows.split(' ')));
  return statements.filter((statement) => !told.has(statement));
}
