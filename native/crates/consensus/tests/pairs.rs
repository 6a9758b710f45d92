//! Hard pairs: which say the same, and which must never be taken for the same.
#![allow(clippy::unwrap_used)]

use consensus::text::{Said, settle};

const SAME: &[(&str, &str)] = &[
    // Numbers, units, money.
    ("It takes 1,500 ms", "it takes 1.5 seconds"),
    ("The disk holds 2048 MiB", "The disk holds 2 GiB"),
    ("It costs $1,200.50", "It costs 1200.50 USD"),
    ("It costs 20 euros", "It costs €20"),
    ("25% of requests fail", "0.25 of requests fail"),
    ("A quarter of the requests fail", "25% of the requests fail"),
    ("Half of the nodes are down", "50 percent of the nodes are down"),
    ("1/4", "0.25"),
    ("3/4 of the traffic goes to v2", "75 % of the traffic goes to v2"),
    ("It is 1e6 rows", "It is 1,000,000 rows"),
    ("Twelve pods are pending", "12 pods are pending"),
    ("The limit is 2 million rows", "The limit is 2,000,000 rows"),
    ("It needs 1.5k requests", "It needs 1500 requests"),
    ("2 of 3 nodes use 250 millicores", "2 of 3 nodes use 0.25 cores"),
    // Dates and times.
    ("It expires on 2025-01-31", "It expires on January 31st, 2025"),
    ("It expires on 31 Jan 2025", "It expires on the 31st of January 2025"),
    ("It expires on 2025/01/31", "It expires on Jan 31, 2025"),
    ("The job starts at 3 pm", "The job starts at 15:00"),
    ("The job starts at 9:05 AM", "The job starts at 09:05"),
    // Negation said in two ways.
    ("The service isn't healthy", "The service is not healthy"),
    ("The service is unhealthy", "The service is not healthy"),
    ("It is not impossible", "It is possible"),
    ("The port must not be open", "The port mustn't be open"),
    // Code.
    ("```py\nx = [1,2]\nreturn x\n```", "```python\nx = [1, 2]\n\nreturn x\n```"),
    ("```js\nf(a,b);\n```", "```js\n// call it\nf(a, b)\n```"),
    // Lists in another order, and set otherwise.
    ("- redis\n- postgres\n- kafka", "- kafka\n- redis\n- postgres"),
    ("The causes are memory, disk and network", "The causes are network, memory and disk"),
    ("1. redis\n2. postgres", "* redis\n* postgres"),
    // Yes with and without its reason.
    ("Yes", "Yes, because the certificate expired."),
    ("No.", "No, the quota is not used up."),
    ("True", "Yes"),
    // The answer after reasoning.
    ("First 6 · 6 = 36, then 6 more. The answer is 42.", "**42**"),
    ("\\boxed{1/2}", "0.5"),
];

const OTHER: &[(&str, &str)] = &[
    ("It takes 15 s", "It takes 15 ms"),
    ("It costs $20", "It costs €20"),
    ("5% of requests fail", "5 of the requests fail"),
    ("1/4", "1/5"),
    ("1/2 pods are ready", "2/4 pods are ready"),
    ("It expires on 2025-01-31", "It expires on 2025-01-30"),
    ("It expires on 31 January 2025", "It expires on 31 January 2026"),
    ("The job starts at 3 pm", "The job starts at 3 am"),
    ("The service never restarts", "The service always restarts"),
    ("No pod is failing", "A pod is failing"),
    ("The cache is no longer enabled", "The cache is enabled"),
    ("There is hardly any load", "There is load"),
    ("Yes, because the certificate expired.", "No, because the certificate expired."),
    ("Yes, the quota is used up", "No, the quota is not used up"),
    ("```\nif a > b:\n```", "```\nif a >= b:\n```"),
    ("Run `kubectl get pods`", "Run `kubectl delete pods`"),
    ("Copy a.yaml to b.yaml", "Copy b.yaml to a.yaml"),
    ("First stop redis, then start kafka", "First stop kafka, then start redis"),
    ("Use Postgres", "Use MySQL"),
    ("The temperature is -5 °C", "The temperature is 5 °C"),
    ("Upgrade to v1.2.3", "Upgrade to v1.2.4"),
    ("At least 3 replicas", "At most 3 replicas"),
    ("The answer is 1.5 million", "The answer is 1.5 billion"),
];

fn groups(one: &str, other: &str) -> usize {
    let said = [one, other].map(|text| Said { text, weight: 1.0 });
    settle(&said, 0.78).unwrap().groups.len()
}

#[test]
fn hard_pairs_are_told_apart_and_brought_together() {
    let pairs = SAME.iter().map(|pair| (pair, 1)).chain(OTHER.iter().map(|pair| (pair, 2)));
    let wrong: Vec<_> =
        pairs.filter(|((one, other), count)| groups(one, other) != *count || groups(other, one) != *count).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
