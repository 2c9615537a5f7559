/*
 * What the kernel exports: each distance for products that are float32 (F32), or int32 of quantised vectors (I32, and I16
 * where the sums themselves are int16). The parameters are described beside each function in the *-lanes files.
 */
import { alignment, alignment16 } from './alignment-lanes.as';
import { centroid, diagonals, linkage } from './diagonal-lanes.as';
import { timedBestTrace, timedLocal } from './timed-lanes.as';
import { timedBestTraceScan, timedLocal16 } from './timed-scan-lanes.as';

/** Where free memory begins. */
export const heapBase: usize = __heap_base;

export function centroidF32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, query: f32, centroids: usize): void {
	centroid<f32>(p, stride, rows, length, groups, out, scale, query, centroids);
}
export function centroidI32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, query: f32, centroids: usize): void {
	centroid<i32>(p, stride, rows, length, groups, out, scale, query, centroids);
}
export function singleLinkageF32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, queryNorms: usize, norms: usize): void {
	linkage<f32>(p, stride, rows, length, groups, out, scale, queryNorms, norms, false);
}
export function singleLinkageI32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, queryNorms: usize, norms: usize): void {
	linkage<i32>(p, stride, rows, length, groups, out, scale, queryNorms, norms, false);
}
export function completeLinkageF32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, queryNorms: usize, norms: usize): void {
	linkage<f32>(p, stride, rows, length, groups, out, scale, queryNorms, norms, true);
}
export function completeLinkageI32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, queryNorms: usize, norms: usize): void {
	linkage<i32>(p, stride, rows, length, groups, out, scale, queryNorms, norms, true);
}
export function diagonalsF32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, queryNorms: usize, norms: usize, shifts: i32): void {
	diagonals<f32>(p, stride, rows, length, groups, out, scale, queryNorms, norms, shifts);
}
export function diagonalsI32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, queryNorms: usize, norms: usize, shifts: i32): void {
	diagonals<i32>(p, stride, rows, length, groups, out, scale, queryNorms, norms, shifts);
}
export function globalF32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, row: usize, indelCost: f32): void {
	alignment<f32>(p, stride, rows, length, groups, out, scale, row, indelCost, false);
}
export function localF32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, row: usize, indelCost: f32): void {
	alignment<f32>(p, stride, rows, length, groups, out, scale, row, indelCost, true);
}
export function globalI32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, row: usize, indelCost: f32): void {
	alignment<i32>(p, stride, rows, length, groups, out, scale, row, indelCost, false);
}
export function localI32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, row: usize, indelCost: f32): void {
	alignment<i32>(p, stride, rows, length, groups, out, scale, row, indelCost, true);
}
export function globalI16(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, row: usize, indelCost: i32, shift: i32): void {
	alignment16(p, stride, rows, length, groups, out, row, indelCost, shift, false);
}
export function localI16(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, row: usize, indelCost: i32, shift: i32): void {
	alignment16(p, stride, rows, length, groups, out, row, indelCost, shift, true);
}
export function timedBestTraceF32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, queryNorms: usize, norms: usize, queryTimes: usize, times: usize, scratch: usize, step: f64, silenceCost: f64): void {
	timedBestTrace<f32>(p, stride, rows, length, groups, out, scale, queryNorms, norms, queryTimes, times, scratch, step, silenceCost);
}
export function timedBestTraceI32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, queryNorms: usize, norms: usize, queryTimes: usize, times: usize, scratch: usize, step: f64, silenceCost: f64): void {
	timedBestTrace<i32>(p, stride, rows, length, groups, out, scale, queryNorms, norms, queryTimes, times, scratch, step, silenceCost);
}
export function timedLocalF32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, querySteps: usize, times: usize, scratch: usize, step: f64, indelCost: f32): void {
	timedLocal<f32>(p, stride, rows, length, groups, out, scale, querySteps, times, scratch, step, indelCost);
}
export function timedLocalI32(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, querySteps: usize, times: usize, scratch: usize, step: f64, indelCost: f32): void {
	timedLocal<i32>(p, stride, rows, length, groups, out, scale, querySteps, times, scratch, step, indelCost);
}
export function timedBestTraceWhole(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, scale: f32, queryNorms: usize, norms: usize, queryCells: usize, times: usize, scratch: usize, cell: f64, silenceCost: f32, unit: f32): void {
	timedBestTraceScan(p, stride, rows, length, groups, out, scale, queryNorms, norms, queryCells, times, scratch, cell, silenceCost, unit);
}
export function timedLocalI16(p: usize, stride: usize, rows: i32, length: i32, groups: i32, out: usize, querySteps: usize, times: usize, scratch: usize, step: f64, indelCost: i32, shift: i32): void {
	timedLocal16(p, stride, rows, length, groups, out, querySteps, times, scratch, step, indelCost, shift);
}
