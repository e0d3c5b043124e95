//! Decisions about tasks that refine each other, from the finest value or from the coarsest.

use synaptree_tasks::{Decision, Decode, Distribution, Kind, Labels, TaskTree};

use crate::{Group, names, task};

/// P(coarse 0) = 0.6 in two equal halves, P(coarse 1) = 0.4 undivided.
fn divided() -> Vec<Distribution> {
    let of = |values: Vec<f32>| Distribution {
        rows: 1,
        width: values.len(),
        values,
        variance: None,
    };
    vec![of(vec![0.6, 0.4]), of(vec![0.3, 0.3, 0.4])]
}

fn divided_tree(decode: Option<Decode>) -> TaskTree {
    let mut specs = [
        task("coarse", Kind::Binary, &[]),
        task("fine", Kind::Multiclass, &["coarse"]),
    ];
    specs[1].decode = decode;
    let train = [vec![0, 0, 1], vec![0, 1, 2]].map(Labels::Classes);
    TaskTree::new(&specs, vec![names(2), names(3)], &train).unwrap()
}

#[test]
fn joint_decoding_starts_from_the_finest_value_and_top_down_from_the_coarsest() {
    let joint = divided_tree(None).decide(&divided());
    assert_eq!(joint, [vec![1], vec![2]].map(Decision::Classes));
    let top_down = divided_tree(Some(Decode::TopDown)).decide(&divided());
    assert_eq!(top_down, [vec![0], vec![0]].map(Decision::Classes));
}

#[test]
fn ties_go_to_the_lowest_index() {
    let mut distributions = divided();
    distributions[0].values = vec![0.5, 0.5];
    distributions[1].values = vec![0.25, 0.25, 0.5];
    let tree = divided_tree(Some(Decode::TopDown));
    // Half is enough for yes, whatever the tie.
    assert_eq!(tree.decide(&distributions)[0], Decision::Classes(vec![1]));
    distributions[1].values = vec![0.5, 0.0, 0.5];
    let joint = divided_tree(None).decide(&distributions);
    assert_eq!(joint, [vec![0], vec![0]].map(Decision::Classes));
}

#[test]
fn top_down_narrows_several_coarse_tasks_one_after_the_other() {
    let mut group = Group::lattice();
    let mut distributions: Vec<Distribution> = group
        .sizes
        .iter()
        .map(|&width| Distribution {
            rows: 1,
            width,
            values: vec![0.0; width],
            variance: None,
        })
        .collect();
    // diet 0 has .6 in three classes; diet 1 has .4 in one class.
    distributions[0].values = vec![0.25, 0.0, 0.15, 0.4, 0.2, 0.0];
    distributions[1].values = vec![0.6, 0.4];
    distributions[2].values = vec![0.25, 0.55, 0.2];
    distributions[3].values = vec![0.8, 0.2];
    distributions[4].values = vec![0.25, 0.0, 0.0, 0.55, 0.2, 0.0];
    let joint = group.tree().decide(&distributions);
    assert_eq!(joint[0], Decision::Classes(vec![3]));
    group.specs[0].decode = Some(Decode::TopDown);
    let top_down = group.tree().decide(&distributions);
    assert_eq!(top_down[0], Decision::Classes(vec![0]));
    assert_eq!(top_down[4], Decision::Classes(vec![0]));
}
