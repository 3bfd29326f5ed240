// The widths at which the frame changes, for what styles alone cannot decide.
import { MediaQuery } from 'svelte/reactivity';

/** Room for three panes beside each other. */
export const wide = new MediaQuery('(min-width: 1280px)');
/** Room for one pane only. */
export const narrow = new MediaQuery('(max-width: 767.98px)');
