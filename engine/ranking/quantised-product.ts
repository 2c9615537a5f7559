import type { Matrix32 } from '../numeric/matrix.js';

/** Vectors of one byte a component, each a whole multiple of `scale`. */
export type QuantisedVectors = {
	readonly rows: number;
	readonly cols: number;
	readonly data: Int8Array;
	readonly scale: number;
};

/** How a catalogue's rows lie in memory: one after the other, or as columns, (component c, row r) at c × rows + r. */
export type CatalogueVectors = QuantisedVectors & { readonly layout: 'rows' | 'columns' };

export type QuantisedProduct = {
	/**
	 * Writes the dot product of every query row (row-major, magnitudes up to {@link QUERY_LEVELS}) with every catalogue
	 * row to `products`: n × rows, exact whole numbers. Columns go faster.
	 */
	multiply(query: QuantisedVectors, catalogue: CatalogueVectors, products: Int32Array): Promise<void>;
};

/**
 * Seven bits for the query: processors without instructions for 8-bit dot products add pairs of byte products in 16 bits
 * and clip the sum, which 2 × 127 × 127 just fits into (the query's bytes are stored without a sign, 64 being 0).
 */
export const QUERY_LEVELS = 63;

/** The query as {@link QuantisedProduct} takes it. */
export const quantiseQuery = (query: Matrix32): QuantisedVectors => quantiseRows(query, QUERY_LEVELS);

/** Rounds to multiples of the largest magnitude / `levels`, so each component is off by half of one at most. */
export const quantiseRows = ({ rows, cols, data }: Matrix32, levels: number): QuantisedVectors => {
	let largest = 0;
	for (const value of data) largest = Math.max(largest, Math.abs(value));
	// All zeros are whole multiples of anything.
	const scale = largest / levels || 1;
	const quantised = new Int8Array(data.length);
	for (let k = 0; k < data.length; k++) quantised[k] = Math.round(data[k]! / scale);
	return { rows, cols, data: quantised, scale };
};
