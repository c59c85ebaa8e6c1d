/** Bytes a browser with a few pages needs; what servers without one get is too little for it. */
export const BROWSER_MEMORY = 4e9;
