// The part of a long list that is drawn: TanStack Virtual as Svelte sees it. Rows have one height, so nothing
// is measured. A row that has the focus stays drawn, however far it is scrolled away.
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { untrack } from 'svelte';

type List = { count: number; scroller: HTMLElement | undefined; height: number; kept: number };

export class Windowed {
  items: readonly VirtualItem[] = $state.raw([]);
  total = $state(0);
  #virtual: Virtualizer<HTMLElement, HTMLElement>;

  constructor(list: () => List) {
    this.#virtual = new Virtualizer(this.#options(untrack(list)));
    $effect(() => this.#virtual._didMount());
    $effect(() => {
      const now = list();
      untrack(() => {
        this.#virtual.setOptions(this.#options(now));
        this.#virtual._willUpdate();
        this.#draw();
      });
    });
  }

  /** Scrolls as little as needed to show a row. */
  show(index: number): void {
    this.#virtual.scrollToIndex(index, { align: 'auto' });
  }

  #options(list: List): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    return {
      count: list.count,
      getScrollElement: () => list.scroller ?? null,
      estimateSize: () => list.height,
      overscan: 6,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      rangeExtractor: (range) => {
        const indexes = defaultRangeExtractor(range);
        const isAway = list.kept >= 0 && list.kept < list.count && !indexes.includes(list.kept);
        return isAway ? [...indexes, list.kept].sort((a, b) => a - b) : indexes;
      },
      onChange: () => this.#draw(),
    };
  }

  #draw(): void {
    this.items = this.#virtual.getVirtualItems();
    this.total = this.#virtual.getTotalSize();
  }
}
