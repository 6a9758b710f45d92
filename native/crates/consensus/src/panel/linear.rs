//! Small dense systems of equations.

/// Solves `matrix · x = right` for each of `columns` columns of `right`, by Gauss and Jordan's elimination with partial
/// pivoting. Both are row by row, `matrix` of n × n and `right` of n × `columns`; both are overwritten, and `right` holds
/// x. False where `matrix` is as good as singular: `right` means nothing then.
pub(super) fn solve(matrix: &mut [f64], right: &mut [f64], n: usize, columns: usize) -> bool {
    for at in 0..n {
        let size = |row: usize| matrix[row * n + at].abs();
        let pivot = (at + 1..n).fold(at, |best, row| if size(row) > size(best) { row } else { best });
        if size(pivot) < 1e-12 {
            return false;
        }
        if pivot != at {
            (0..n).for_each(|column| matrix.swap(at * n + column, pivot * n + column));
            (0..columns).for_each(|column| right.swap(at * columns + column, pivot * columns + column));
        }
        for row in (0..n).filter(|row| *row != at) {
            let by = matrix[row * n + at] / matrix[at * n + at];
            (at..n).for_each(|column| matrix[row * n + column] -= by * matrix[at * n + column]);
            (0..columns).for_each(|column| right[row * columns + column] -= by * right[at * columns + column]);
        }
    }
    for row in 0..n {
        let by = matrix[row * n + row];
        right[row * columns..(row + 1) * columns].iter_mut().for_each(|one| *one /= by);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::solve;

    #[test]
    fn what_is_solved_fits() {
        let matrix = [0.0, 2.0, 1.0, 1.0, -1.0, 3.0, 4.0, 0.5, 0.0];
        let right = [3.0, 1.0, 0.0, -2.0, 5.0, 8.0];
        let (mut left, mut x) = (matrix, right);
        assert!(solve(&mut left, &mut x, 3, 2));
        for row in 0..3 {
            for column in 0..2 {
                let sum: f64 = (0..3).map(|at| matrix[row * 3 + at] * x[at * 2 + column]).sum();
                assert!((sum - right[row * 2 + column]).abs() < 1e-12, "{x:?}");
            }
        }
    }

    #[test]
    fn what_has_no_one_solution_is_told() {
        assert!(!solve(&mut [1.0, 2.0, 2.0, 4.0], &mut [1.0, 2.0], 2, 1));
    }
}
