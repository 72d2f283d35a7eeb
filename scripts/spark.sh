#!/usr/bin/env bash
# A Spark of its own on this machine, to try things and to test: a standalone master, two workers with a core each and a
# Connect server, all of them on loopback alone. Nothing is downloaded here: scripts/spark_environment.sh has.
#   scripts/spark.sh start [FOLDER]   starts what is not running, and prints the address that MONITOR_SPARK_REMOTE takes
#   scripts/spark.sh stop [FOLDER]    stops all of it; only the logs stay
# FOLDER (.spark/run) has logs and numbers of processes. SPARK_CONNECT_PORT (15002), SPARK_MASTER_PORT (17077) and
# SPARK_MEMORY (768m for each worker) may be set. Whoever may use this machine may ask it: it is no service for others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/java.sh

action=${1:-}
folder=${2:-.spark/run}
connect_port=${SPARK_CONNECT_PORT:-15002}
master_port=${SPARK_MASTER_PORT:-17077}
memory=${SPARK_MEMORY:-768m}

is_running() { [ -s "$1.pid" ] && kill -0 "$(cat "$1.pid")" 2>/dev/null; }

launch() { # NAME JAVA-ARGUMENT…: in a group of its own, to which the executors of a worker belong, too
    is_running "$1" && return
    setsid "$java" -XX:+UseSerialGC "${opens[@]}" -cp "$SPARK_HOME/jars/*" "${@:2}" >"$1.log" 2>&1 </dev/null &
    echo $! >"$1.pid"
}

wait_for() { # NAME PATTERN-OF-ITS-LOG
    local _
    for _ in $(seq 600); do
        if grep -q "$2" "$1.log" 2>/dev/null; then return; fi
        is_running "$1" || break
        sleep 0.2
    done
    echo "Spark's $1 did not start, see $PWD/$1.log · Spark 的 $1 未能启动：" >&2
    tail -n 20 "$1.log" >&2
    exit 1
}

open_packages() { # what Spark's own launcher opens (its JavaModuleOptions); executors are told by Spark itself
    local package
    opens=(-XX:+IgnoreUnrecognizedVMOptions --add-modules=jdk.incubator.vector -Djdk.reflect.useDirectMethodHandle=false
        -Dio.netty.tryReflectionSetAccessible=true)
    for package in java.base/java.{lang,lang.invoke,lang.reflect,io,net,nio,util,util.concurrent,util.concurrent.atomic} \
        java.base/{jdk.internal.ref,sun.nio.ch,sun.nio.cs,sun.security.action,sun.util.calendar} \
        java.security.jgss/sun.security.krb5; do
        opens+=("--add-opens=$package=ALL-UNNAMED")
    done
}

start() {
    local worker master=spark://127.0.0.1:$master_port
    java=$(find_java) || exit 2
    SPARK_HOME=$(pwd -P)/.spark/$(spark_version)
    [ -d "$SPARK_HOME/jars" ] || {
        echo "Spark is not in $SPARK_HOME: run scripts/spark_environment.sh · 尚未安装 Spark" >&2
        exit 2
    }
    export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 SPARK_LOCAL_HOSTNAME=127.0.0.1 SPARK_SCALA_VERSION=2.13
    open_packages
    mkdir -p "$folder"
    cd "$folder"
    launch master -Xmx256m -Dspark.master.rest.enabled=false org.apache.spark.deploy.master.Master \
        --host 127.0.0.1 --port "$master_port" --webui-port 0
    wait_for master "Starting Spark master at"
    for worker in worker1 worker2; do
        launch "$worker" -Xmx256m org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory "$memory" \
            --work-dir "$PWD/$worker" --webui-port 0 "$master"
    done
    launch connect -Xmx1g org.apache.spark.deploy.SparkSubmit --master "$master" \
        --class org.apache.spark.sql.connect.service.SparkConnectServer \
        --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 \
        --conf spark.connect.grpc.binding.address=127.0.0.1 --conf spark.connect.grpc.binding.port="$connect_port" \
        --conf spark.executor.memory="$memory" --conf spark.local.dir="$PWD/local" \
        --conf spark.sql.warehouse.dir="$PWD/warehouse" --conf spark.sql.shuffle.partitions=4 \
        --conf spark.ui.enabled=false spark-internal
    for worker in worker1 worker2; do wait_for "$worker" "Successfully registered with master"; done
    wait_for connect "Spark Connect server started"
    echo "sc://127.0.0.1:$connect_port"
}

stop() {
    local name process
    [ -d "$folder" ] || return 0
    cd "$folder"
    for name in connect worker1 worker2 master; do
        is_running "$name" || continue
        process=$(cat "$name.pid")
        kill -TERM -- "-$process" 2>/dev/null || true
        for _ in $(seq 50); do kill -0 -- "-$process" 2>/dev/null && sleep 0.1; done
        kill -KILL -- "-$process" 2>/dev/null || true
    done
    rm -rf ./*.pid worker1 worker2 local warehouse artifacts spark-warehouse
}

case $action in
start) start ;;
stop) stop ;;
*)
    sed -n '2,8s/^# \{0,1\}//p' scripts/spark.sh >&2
    exit 2
    ;;
esac
