export declare const writePlugin: (folder: string, options?: { readonly watch?: boolean }) => Promise<void>;
export declare const packPlugin: (folder: string, out: string) => number;
