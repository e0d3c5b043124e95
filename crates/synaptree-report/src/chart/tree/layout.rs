//! Where the boxes of a directed acyclic graph stand.
//!
//! Layers from left to right by the longest way from a root; edges that skip layers run through
//! places of their own, so that none crosses a box; the order within a layer comes from sweeps that
//! move each place to the mean of its neighbours, and the best of them is kept; heights are the least
//! squares fit to straight edges that keeps the order and the distances.
//!
//! # References
//! K. Sugiyama, S. Tagawa, M. Toda: Methods for Visual Understanding of Hierarchical System
//! Structures, IEEE Transactions on Systems, Man, and Cybernetics 11(2), 1981.

/// Rounds of reordering and of straightening; the graphs are small.
const SWEEPS: usize = 12;

/// Where everything stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    /// The layer of each box.
    pub(crate) layers: Vec<usize>,
    /// The height of the middle of each box.
    pub(crate) heights: Vec<f64>,
    /// For each edge, the heights of the places it runs through in the layers between its ends.
    pub(crate) ways: Vec<Vec<f64>>,
    /// The height of the whole.
    pub(crate) height: f64,
}

/// Lays out `boxes` boxes with edges (from, to); `tall` is how much height a box takes, `thin` an edge
/// that passes by. Edges within a cycle are left out: their way is empty and their layers tell.
pub(crate) fn layout(boxes: usize, edges: &[(usize, usize)], tall: f64, thin: f64) -> Layout {
    let layers = layers(boxes, edges);
    // Places: the boxes first, then those of passing edges.
    let mut place_layer = layers.clone();
    let mut segments = Vec::new();
    let mut passing = Vec::with_capacity(edges.len());
    for &(from, to) in edges {
        let mut chain = Vec::new();
        if layers[from] < layers[to] {
            let mut last = from;
            for layer in layers[from] + 1..layers[to] {
                place_layer.push(layer);
                let place = place_layer.len() - 1;
                chain.push(place);
                segments.push((last, place));
                last = place;
            }
            segments.push((last, to));
        }
        passing.push(chain);
    }
    let columns = ordered(&place_layer, &segments);
    let size = |place: usize| if place < boxes { tall } else { thin };
    let (mut heights, height) = straightened(&columns, &segments, &size);
    let ways = passing
        .iter()
        .map(|way| way.iter().map(|place| heights[*place]).collect())
        .collect();
    heights.truncate(boxes);
    Layout {
        layers,
        heights,
        ways,
        height,
    }
}

/// The longest way from a root to each box; boxes of a cycle stay with the roots.
fn layers(boxes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut waiting = vec![0_usize; boxes];
    for &(_, to) in edges {
        waiting[to] += 1;
    }
    let mut layers = vec![0; boxes];
    let mut ready: Vec<usize> = (0..boxes).filter(|place| waiting[*place] == 0).collect();
    let mut settled = vec![false; boxes];
    while let Some(from) = ready.pop() {
        settled[from] = true;
        for &(_, to) in edges.iter().filter(|edge| edge.0 == from) {
            layers[to] = layers[to].max(layers[from] + 1);
            waiting[to] -= 1;
            if waiting[to] == 0 {
                ready.push(to);
            }
        }
    }
    layers
        .into_iter()
        .zip(settled)
        .map(|(layer, settled)| if settled { layer } else { 0 })
        .collect()
}

/// The places of each layer from top to bottom, with few crossings.
fn ordered(layers: &[usize], segments: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut columns = vec![Vec::new(); layers.iter().max().map_or(0, |last| last + 1)];
    for (place, &layer) in layers.iter().enumerate() {
        columns[layer].push(place);
    }
    let mut best = (crossings(&columns, layers.len(), segments), columns.clone());
    for sweep in 0..SWEEPS {
        let forward = sweep % 2 == 0;
        let mut order: Vec<usize> = (0..columns.len()).collect();
        if !forward {
            order.reverse();
        }
        for column in order {
            let position = positions(&columns, layers.len());
            let mean = |place: usize| {
                mean(segments.iter().filter_map(|&(from, to)| {
                    if forward {
                        (to == place).then(|| position[from])
                    } else {
                        (from == place).then(|| position[to])
                    }
                }))
                .unwrap_or(position[place])
            };
            columns[column].sort_by(|a, b| mean(*a).total_cmp(&mean(*b)));
        }
        let count = crossings(&columns, layers.len(), segments);
        if count < best.0 {
            best = (count, columns.clone());
        }
    }
    best.1
}

/// Where each place stands in its layer, from 0 to 1, so that layers of any size compare.
fn positions(columns: &[Vec<usize>], places: usize) -> Vec<f64> {
    let mut positions = vec![0.0; places];
    for column in columns {
        for (index, &place) in column.iter().enumerate() {
            positions[place] = (index as f64 + 0.5) / column.len() as f64;
        }
    }
    positions
}

fn crossings(columns: &[Vec<usize>], places: usize, segments: &[(usize, usize)]) -> usize {
    let mut at = vec![(0, 0); places];
    for (layer, column) in columns.iter().enumerate() {
        for (index, &place) in column.iter().enumerate() {
            at[place] = (layer, index);
        }
    }
    let mut count = 0;
    for (index, &(a, b)) in segments.iter().enumerate() {
        for &(c, d) in &segments[index + 1..] {
            let opposite = (at[a].1 < at[c].1 && at[b].1 > at[d].1)
                || (at[a].1 > at[c].1 && at[b].1 < at[d].1);
            count += usize::from(at[a].0 == at[c].0 && opposite);
        }
    }
    count
}

/// The height of each place, and of the whole.
fn straightened(
    columns: &[Vec<usize>],
    segments: &[(usize, usize)],
    size: &impl Fn(usize) -> f64,
) -> (Vec<f64>, f64) {
    let places = columns.iter().map(Vec::len).sum();
    let mut heights = vec![0.0; places];
    for column in columns {
        let whole: f64 = column.iter().map(|place| size(*place)).sum();
        let mut top = -whole / 2.0;
        for &place in column {
            heights[place] = top + size(place) / 2.0;
            top += size(place);
        }
    }
    for sweep in 0..SWEEPS {
        let mut order: Vec<usize> = (0..columns.len()).collect();
        if sweep % 2 == 1 {
            order.reverse();
        }
        for column in order {
            let column = &columns[column];
            let wished: Vec<f64> = column
                .iter()
                .map(|&place| {
                    let neighbours = segments.iter().filter_map(|&(from, to)| {
                        if from == place {
                            Some(heights[to])
                        } else {
                            (to == place).then(|| heights[from])
                        }
                    });
                    mean(neighbours).unwrap_or(heights[place])
                })
                .collect();
            let sizes: Vec<f64> = column.iter().map(|place| size(*place)).collect();
            for (&place, height) in column.iter().zip(spread(&wished, &sizes)) {
                heights[place] = height;
            }
        }
    }
    let ends = columns
        .iter()
        .flatten()
        .map(|&p| (heights[p] - size(p) / 2.0, heights[p] + size(p) / 2.0));
    let (top, bottom) = ends.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(top, bottom), (a, b)| (top.min(a), bottom.max(b)),
    );
    if top > bottom {
        return (heights, 0.0);
    }
    (
        heights.into_iter().map(|height| height - top).collect(),
        bottom - top,
    )
}

/// The heights nearest to the wished ones, in their order and without overlap: isotonic regression by
/// pooling adjacent violators, on the heights less the room that those above take.
fn spread(wished: &[f64], sizes: &[f64]) -> Vec<f64> {
    let mut room = Vec::with_capacity(sizes.len());
    let mut above = 0.0;
    for size in sizes {
        room.push(above + size / 2.0);
        above += size;
    }
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (wish, room) in wished.iter().zip(&room) {
        pools.push((wish - room, 1));
        while let [.., (a, n), (b, m)] = pools[..]
            && a > b
        {
            pools.truncate(pools.len() - 2);
            pools.push(((a * n as f64 + b * m as f64) / (n + m) as f64, n + m));
        }
    }
    let pooled = pools
        .into_iter()
        .flat_map(|(value, count)| std::iter::repeat_n(value, count));
    pooled.zip(room).map(|(value, room)| value + room).collect()
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_stand_right_of_all_their_parents() {
        let layout = layout(4, &[(0, 1), (1, 2), (0, 2), (0, 3)], 40.0, 10.0);
        assert_eq!(layout.layers, [0, 1, 2, 1]);
        assert_eq!(
            layout.ways.iter().map(Vec::len).collect::<Vec<_>>(),
            [0, 0, 1, 0]
        );
    }

    #[test]
    fn boxes_of_a_layer_never_overlap() {
        let edges = [(0, 2), (1, 3), (0, 4), (1, 5), (2, 6), (5, 6)];
        let layout = layout(7, &edges, 40.0, 10.0);
        for a in 0..7 {
            for b in a + 1..7 {
                let apart = (layout.heights[a] - layout.heights[b]).abs();
                assert!(
                    layout.layers[a] != layout.layers[b] || apart > 39.999,
                    "{a} and {b}"
                );
            }
        }
        assert!(
            layout
                .heights
                .iter()
                .all(|height| (19.99..=layout.height).contains(height))
        );
    }

    #[test]
    fn edges_that_need_not_cross_do_not() {
        // In the order given, 0→3 and 1→2 would cross.
        let edges = [(0, 3), (1, 2)];
        let layers = layers(4, &edges);
        assert_eq!(crossings(&ordered(&layers, &edges), 4, &edges), 0);
    }

    #[test]
    fn a_chain_is_straight() {
        let layout = layout(3, &[(0, 1), (1, 2)], 40.0, 10.0);
        assert_eq!(layout.heights, [20.0, 20.0, 20.0]);
    }

    #[test]
    fn a_cycle_does_not_hang() {
        let layout = layout(3, &[(0, 1), (1, 0), (1, 2)], 40.0, 10.0);
        assert_eq!(layout.heights.len(), 3);
    }
}
