/// <reference types="vite/client" />

/** Version of the page, as package.json states it; written in by the build. */
declare const __VERSION__: string;
