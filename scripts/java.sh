# Sourced by the scripts for Spark.

find_java() { # prints a Java of at least 17; JAVA_HOME goes first
    local candidate major
    for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} java; do
        major=$("$candidate" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p') || continue
        if [ "${major:-0}" -ge 17 ]; then
            command -v "$candidate"
            return
        fi
    done
    echo "Spark needs Java 17, and it is not here: on Debian install openjdk-17-jre-headless, or set JAVA_HOME · 需要 Java 17" >&2
    return 1
}

spark_version() { sed -n 's/^pyspark==\([0-9.]*\).*/\1/p' scripts/spark_server.lock; }
