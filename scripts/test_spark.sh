#!/usr/bin/env bash
# Tries the Spark engine on a real cluster of this machine (scripts/spark.sh). Where Java 17 is not installed nothing can
# be tried, and that is said; whatever else is missing is a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/java.sh

if ! find_java >/dev/null 2>&1; then
    echo "Java 17 is not here: the Spark engine was not tried · 没有 Java 17：未检验 Spark 引擎"
    exit 0
fi
scripts/spark_environment.sh
exec .venv-spark/bin/python -m pytest tests/spark --durations 8
