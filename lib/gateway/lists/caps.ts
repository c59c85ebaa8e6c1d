/** What one backend's list may hold: a server that never stops giving items or cursors is cut off here. */
export const MOST_PAGES = 100;
export const MOST_ITEMS = 2000;
export const MOST_BYTES = 4 * 1024 * 1024;
