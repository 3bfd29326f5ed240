// The list of stories. A story names the statements of PRODUCT.md that it shows, and is told once.

const stories = [];

/** Tells a story: `shows` are the statements, `tell` gets the stage and opens windows on it. */
export function story(shows, name, tell) {
  stories.push({ shows, name, tell });
}

/** The stories whose name or statements hold `wanted`; all without it. */
export function chosen(wanted) {
  return stories.filter(
    ({ shows, name }) => !wanted || `${shows} ${name}`.toLowerCase().includes(wanted.toLowerCase()),
  );
}
