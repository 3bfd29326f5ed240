// Parts of the page that come after the first screen. Who opens one while the line is down gets it as soon as the
// line is back: a browser does not fetch a module again that once failed, so the page is read anew, and what was
// typed is still there.
const pauseMs = 1_000;

async function lineIsBack(): Promise<void> {
  for (;;) {
    await new Promise((wake) => setTimeout(wake, pauseMs));
    const answer = await fetch('/readyz').catch(() => undefined);
    if (answer?.ok) return;
  }
}

/** Loads a part; never fails. */
export async function lasting<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    await lineIsBack();
    location.reload();
    return new Promise(() => {});
  }
}

/** Everything that people may open while the line is down. */
export async function fetchAhead(): Promise<void> {
  await Promise.allSettled([
    import('../look/PickerList.svelte'),
    import('./Mine.svelte'),
    import('../contact/ContactPane.svelte'),
    import('../compose/ComposeNew.svelte'),
    import('../keys/Palette.svelte'),
    import('../keys/KeyList.svelte'),
    import('../composer/ScheduleDialog.svelte'),
    import('../templates/TemplatePicker.svelte'),
    import('../templates/TemplateFill.svelte'),
    import('../conversation/Preview.svelte'),
  ]);
}
