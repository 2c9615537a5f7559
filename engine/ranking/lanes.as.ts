// asc: --disableWarning=112 --disableWarning=235
/*
 * The distances of engine/alignment for eight tracks at once: AssemblyScript, WebAssembly SIMD. Each function scores
 * `groups` groups of eight tracks that have `length` sections each, and writes eight distances a group to `out`.
 *
 * Products: query row i of all groups begins at `products` + i × `stride` bytes; there, section j of the eight tracks of
 * group g is eight numbers of 32 bits at (g × length + j) × 32. Type P says what they are: float32 dot products, or the
 * int32 products of quantised vectors, which `scale` turns into dot products.
 *
 * Squared norms are float32: one for each query row, and eight for each section in the same order as the products.
 */

/** Bytes of one section of eight tracks. */
export const SECTION: usize = 32;

@inline
export function similarity<P>(at: usize, scale: v128): v128 {
	if (isFloat<P>()) {
		return v128.load(at);
	} else {
		return f32x4.mul(f32x4.convert_i32x4_s(v128.load(at)), scale);
	}
}

/** Squared Euclidean distance of four tracks' sections to a query row; rounding must not leave it below 0. */
@inline
export function squaredDistance<P>(at: usize, squaredNorms: usize, querySquaredNorm: v128, scale: v128): v128 {
	const product = similarity<P>(at, scale);
	const norms = f32x4.add(querySquaredNorm, v128.load(squaredNorms));
	return f32x4.pmax(f32x4.splat(0), f32x4.sub(norms, f32x4.add(product, product)));
}

@inline
export function distance<P>(at: usize, squaredNorms: usize, querySquaredNorm: v128, scale: v128): v128 {
	return f32x4.sqrt(squaredDistance<P>(at, squaredNorms, querySquaredNorm, scale));
}

/** Eight int32 products as int16, divided by 2^shift and rounded. */
@inline
export function similarity16(at: usize, shift: i32, half: v128): v128 {
	return i16x8.narrow_i32x4_s(
		i32x4.shr_s(i32x4.add(v128.load(at), half), shift),
		i32x4.shr_s(i32x4.add(v128.load(at, 16), half), shift),
	);
}
