//! Sets of UIDs as commands carry them.

/// Longest set in one command; servers cut lines at 8,000 bytes or more.
const MAX_BYTES: usize = 4_000;

/// Writes UIDs as sets like `3:7,9`, each short enough for one command. Order and repetition do not matter.
pub(super) fn sets(uids: &[u32]) -> Vec<String> {
    let mut uids: Vec<u32> = uids.iter().copied().filter(|uid| *uid != 0).collect();
    uids.sort_unstable();
    uids.dedup();
    let mut all: Vec<String> = Vec::new();
    let mut set = String::new();
    for run in uids.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        if !set.is_empty() {
            set.push(',');
        }
        set.push_str(&first.to_string());
        if first != last {
            set.push(':');
            set.push_str(&last.to_string());
        }
        if set.len() > MAX_BYTES {
            all.push(std::mem::take(&mut set));
        }
    }
    if !set.is_empty() {
        all.push(set);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_joined_and_long_sets_split() {
        assert_eq!(sets(&[9, 3, 4, 5, 5, 7, 6, 0, u32::MAX]), ["3:7,9,4294967295"]);
        assert!(sets(&[]).is_empty());
        let sparse: Vec<u32> = (1..5_000).map(|n| n * 2).collect();
        let split = sets(&sparse);
        assert!(split.len() > 1 && split.iter().all(|set| set.len() < MAX_BYTES + 30));
        assert_eq!(split.iter().map(|set| set.split(',').count()).sum::<usize>(), sparse.len());
    }
}
