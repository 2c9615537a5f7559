export declare const UNPACKED: string;
export declare const findPostgres: () => string | null;
