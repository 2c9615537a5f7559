import { type Matrix, row } from '../numeric/matrix.js';

/** The order in which boundaries between rows vanish as neighbouring groups of rows are joined. */
export type Dendrogram = {
	/** The row after each boundary: first the one that vanishes first. rows - 1 values. */
	readonly order: readonly number[];
	/** By how much the squared distances to the group means grow with each join, in the same order. */
	readonly increase: Float64Array;
};

/**
 * Ward's clustering of a sequence in which only neighbours in time may join (Ward 1963; McFee and Ellis 2014 for music):
 * starting from single rows, the two neighbouring groups whose union adds least to the sum of squared distances to the
 * group means become one. Of equal joins the earlier one wins.
 */
export const clusterNeighbours = (rows: Matrix): Dendrogram => {
	const groups: Group[] = Array.from({ length: rows.rows }, (_, i) => ({
		first: i,
		size: 1,
		sum: Float64Array.from(row(rows, i)),
		toNext: Number.POSITIVE_INFINITY,
	}));
	for (let g = 0; g + 1 < groups.length; g++) groups[g]!.toNext = joinCost(groups[g]!, groups[g + 1]!);
	const order: number[] = [];
	const increase = new Float64Array(Math.max(0, rows.rows - 1));
	while (groups.length > 1) {
		let best = 0;
		for (let g = 1; g < groups.length; g++) if (groups[g]!.toNext < groups[best]!.toNext) best = g;
		const left = groups[best]!;
		const right = groups[best + 1]!;
		increase[order.length] = left.toNext;
		order.push(right.first);
		left.size += right.size;
		for (let c = 0; c < left.sum.length; c++) left.sum[c] = left.sum[c]! + right.sum[c]!;
		groups.splice(best + 1, 1);
		left.toNext = best + 1 < groups.length ? joinCost(left, groups[best + 1]!) : Number.POSITIVE_INFINITY;
		if (best > 0) groups[best - 1]!.toNext = joinCost(groups[best - 1]!, left);
	}
	return { order, increase };
};

type Group = { first: number; size: number; sum: Float64Array; toNext: number };

const joinCost = (left: Group, right: Group): number => {
	let squares = 0;
	for (let c = 0; c < left.sum.length; c++) {
		const difference = left.sum[c]! / left.size - right.sum[c]! / right.size;
		squares += difference * difference;
	}
	return ((left.size * right.size) / (left.size + right.size)) * squares;
};
